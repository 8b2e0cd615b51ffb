//! HTTP/1.1 over the world: reads a request, asks, and sends, withholds or cuts the answer.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request as HttpRequest, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::body::Dripping;
use crate::json::Object;
use crate::shared::Shared;
use crate::world::plans::Fault;
use crate::world::polls::Poll;
use crate::world::refusal::Answer;
use crate::world::request::Request;
use crate::world::serve::Step;

const BASE: &str = "/v1";
const LARGEST_BODY: usize = 1 << 20;

type Anyway = Box<dyn Error + Send + Sync>;
type AnswerBody = Either<Full<Bytes>, Dripping>;

/// Takes connections in, for ever.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve_connection(stream, Arc::clone(&shared)))),
            // Out of file descriptors, most likely: wait until some are free.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small answers should not wait for more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(&shared, request));
    let connection =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
    // An error here is a connection that a client gave up or a fault that was asked for.
    let _ = connection.await;
}

/// An error closes the connection without an answer.
async fn respond(
    shared: &Arc<Shared>,
    request: HttpRequest<Incoming>,
) -> Result<Response<AnswerBody>, Anyway> {
    let is_control = request.method() == "POST" && request.uri().path() == "/control";
    let request = read(request).await?;
    if is_control {
        let answer = match shared.control(&String::from_utf8_lossy(&request.body)) {
            Ok(result) => Answer::ok(result),
            Err(error) => Answer::new(400, Object::new().with("error", error.as_str())),
        };
        return to_http(shared, answer, None);
    }
    let reception = shared.with(|world| world.receive(request));
    let step = match reception.step {
        Step::Later(outcome) => Late { shared, outcome }.arrive().await?,
        step => step,
    };
    let answer = match step {
        Step::Answer(answer) => answer,
        Step::Wait(poll) => wait(shared, poll).await,
        Step::Hangup | Step::Later(_) => return Err(hang_up()),
    };
    match reception.fault {
        Some(Fault::LostAfter) => return Err(hang_up()),
        Some(Fault::Slow(milliseconds)) => sleep(Duration::from_millis(milliseconds)).await,
        Some(Fault::LostBefore | Fault::CutBody | Fault::SlowBody(_)) | None => {}
    }
    shared.with(|world| world.record.answered(reception.number, answer.status));
    to_http(shared, answer, reception.fault)
}

fn hang_up() -> Anyway {
    "the connection is closed on purpose".into()
}

async fn read(request: HttpRequest<Incoming>) -> Result<Request, Anyway> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await?.to_bytes().to_vec();
    let path = head.uri.path();
    let path = match path.strip_prefix(BASE).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => rest.to_owned(),
        None => format!("/..{path}"),
    };
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Request {
        method: head.method.to_string(),
        path,
        query: head.uri.query().unwrap_or("").to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    })
}

/// What comes of a request that is looked at later, if its client is still there then.
struct Late<'a> {
    shared: &'a Shared,
    outcome: oneshot::Receiver<Step>,
}

impl Late<'_> {
    async fn arrive(mut self) -> Result<Step, Anyway> {
        Ok((&mut self.outcome).await?)
    }
}

impl Drop for Late<'_> {
    fn drop(&mut self) {
        // It came in the moment in which the client left.
        if let Ok(step) = self.outcome.try_recv() {
            self.shared.with(|world| world.discard(step));
        }
    }
}

/// Frees the poll's slot, also when the client goes away while it waits.
struct Slot<'a> {
    shared: &'a Shared,
    poll: &'a Poll,
    is_answered: bool,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.shared.with(|world| match self.is_answered {
            true => world.polls.end(self.poll),
            false => world.abandon(self.poll),
        });
    }
}

async fn wait(shared: &Shared, poll: Poll) -> Answer {
    let mut slot = Slot { shared, poll: &poll, is_answered: false };
    let bell = shared.bell(&poll.trade);
    loop {
        let rung = bell.notified();
        let (answer, left) = shared.with(|world| (world.look_again(&poll), world.patience(&poll)));
        if let Some(answer) = answer {
            slot.is_answered = true;
            return answer;
        }
        tokio::select! {
            () = rung => {}
            () = sleep(Duration::from_millis(left.max(1) as u64)) => {}
        }
    }
}

fn to_http(shared: &Shared, answer: Answer, fault: Option<Fault>) -> Result<Response<AnswerBody>, Anyway> {
    let usual = [
        ("content-type", Some("application/json; charset=utf-8".to_owned())),
        ("date", shared.with(|world| world.told_date()).map(date)),
    ];
    let mut response = Response::builder().status(answer.status);
    for (name, value) in usual {
        if let Some(value) = value.filter(|_| !answer.headers.iter().any(|(own, _)| own == name)) {
            response = response.header(name, value);
        }
    }
    for (name, value) in &answer.headers {
        if let Some(value) = value {
            response = response.header(name, value);
        }
    }
    let body = Bytes::from(answer.body);
    let body = match fault {
        Some(Fault::CutBody) => Either::Right(Dripping::cut(&body)),
        Some(Fault::SlowBody(time)) => Either::Right(Dripping::slow(&body, Duration::from_millis(time))),
        _ => Either::Left(Full::new(body)),
    };
    Ok(response.body(body)?)
}

fn date(moment: i64) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(moment.max(0) as u64))
}
