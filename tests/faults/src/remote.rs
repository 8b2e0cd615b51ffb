//! The simulator's control surface from another process.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// Runs a control command of the simulator with this base URL; what is wrong, if it refuses.
pub fn control(base_url: &str, command: &Value) -> Result<Value, String> {
    let host = base_url.trim_start_matches("http://").trim_end_matches("/v1");
    let body = command.to_string();
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(host)?;
        let length = body.len();
        write!(
            stream,
            "POST /control HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|why| why.to_string())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    if !head.contains(" 200 ") {
        return Err(body.to_owned());
    }
    serde_json::from_str(body).map_err(|why| why.to_string())
}
