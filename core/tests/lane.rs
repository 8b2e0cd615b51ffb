//! Reads that the thread which waits for them drives itself.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use autoplus::bridge::{self, Lane};
use autoplus::{Client, Error, ErrorKind, Server, Timeouts};

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    closed: AtomicUsize,
}

/// Answers `GET /servers`; a connection is closed after so many answers.
fn server(answers: usize, pause: Duration) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::<Seen>::default();
    let counted = seen.clone();
    thread::spawn(move || {
        for connection in listener.incoming() {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            let counted = counted.clone();
            thread::spawn(move || {
                let connection = connection.unwrap();
                answer(&connection, answers, pause);
                drop(connection);
                counted.closed.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    (url, seen)
}

fn answer(mut connection: &TcpStream, answers: usize, pause: Duration) {
    let mut lines = BufReader::new(connection).lines();
    for _ in 0..answers {
        while lines.next().is_some_and(|line| !line.unwrap_or_default().is_empty()) {}
        thread::sleep(pause);
        if connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]").is_err() {
            return;
        }
    }
}

fn client(url: &str) -> Client {
    Client::builder().token("lane").base_url(url).build().unwrap()
}

fn servers(lane: &Lane, client: &Client) -> Result<Vec<Server>, Error> {
    match lane.drive(pin!(client.servers()), Instant::now() + Duration::from_secs(10)) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("no answer in ten seconds"),
    }
}

#[test]
fn one_connection_serves_one_read_after_another() {
    let (url, seen) = server(usize::MAX, Duration::ZERO);
    let client = client(&url);
    for _ in 0..50 {
        let lane = bridge::lane(&client).unwrap();
        assert_eq!(servers(&lane, &client).unwrap(), []);
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_noticed_before_anything_is_sent_on_it() {
    let (url, seen) = server(1, Duration::ZERO);
    // So short that no second attempt fits.
    let limit = Duration::from_millis(900);
    let timeouts = Timeouts { attempt: limit, call: limit, ..Timeouts::default() };
    let client = Client::builder().token("lane").base_url(url).timeouts(timeouts).build().unwrap();
    let lane = bridge::lane(&client).unwrap();
    for read in 1..=10 {
        assert_eq!(servers(&lane, &client).unwrap(), []);
        while seen.closed.load(Ordering::SeqCst) < read {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 10);
}

#[test]
fn a_call_is_driven_bit_by_bit_and_can_be_given_up() {
    let (url, _) = server(usize::MAX, Duration::from_millis(60));
    let client = client(&url);
    let lane = bridge::lane(&client).unwrap();
    let mut call = Box::pin(client.servers());
    let mut slices = 0;
    let answer = loop {
        slices += 1;
        match lane.drive(call.as_mut(), Instant::now() + Duration::from_millis(10)) {
            Poll::Ready(answer) => break answer,
            Poll::Pending => assert!(slices < 100),
        }
    };
    assert!(answer.is_ok() && slices > 2, "{slices} slices");
    let mut given_up = Box::pin(client.servers());
    assert!(lane.drive(given_up.as_mut(), Instant::now() + Duration::from_millis(10)).is_pending());
    drop(given_up);
    assert!(servers(&lane, &client).is_ok());
}

#[tokio::test]
async fn there_is_one_lane_and_others_are_served_in_the_background() {
    let (url, _) = server(usize::MAX, Duration::ZERO);
    let client = client(&url);
    let driven = client.clone();
    let (held, wait) = std::sync::mpsc::channel::<()>();
    let lane = bridge::lane(&client).unwrap();
    assert!(bridge::lane(&client).is_none());
    // A lane is for a thread that may block; here it waits in one.
    let blocking = thread::spawn(move || {
        let answer = servers(&lane, &driven);
        wait.recv().unwrap();
        drop(lane);
        answer
    });
    assert_eq!(client.servers().await.unwrap(), []);
    held.send(()).unwrap();
    assert_eq!(blocking.join().unwrap().unwrap(), []);
    assert!(bridge::lane(&client).is_some());
}

#[test]
fn a_closed_client_has_none() {
    let (url, _) = server(usize::MAX, Duration::ZERO);
    let client = client(&url);
    let lane = bridge::lane(&client).unwrap();
    servers(&lane, &client).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.close());
    assert_eq!(servers(&lane, &client).unwrap_err().kind(), ErrorKind::Closed);
    drop(lane);
    assert!(bridge::lane(&client).is_none());
}
