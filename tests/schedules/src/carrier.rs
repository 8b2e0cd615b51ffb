//! The wire between a client and the simulator: requests and answers take their time, and a hang-up may come before or
//! after a request arrived.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use autoplus::bridge::{Carrier, Parcel, Receipt, Unanswered};
use autoplus_simulator::Reply;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::dice::Dice;
use crate::plant::Plant;
use crate::scene::Scene;

pub(crate) struct Wire {
    pub(crate) scene: Arc<Scene>,
    /// The client's name.
    pub(crate) who: String,
    pub(crate) dice: Mutex<Dice>,
}

type Answered = Result<Receipt, Unanswered>;

impl Carrier for Wire {
    fn carry(&self, request: Parcel) -> Pin<Box<dyn Future<Output = Answered> + Send>> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let unreachable = !self.scene.is_calm() && dice.percent(self.scene.climate.unreachable);
        let (there, back) = (dice.milliseconds(2, 120), dice.milliseconds(2, 120));
        let arrives_anyway = dice.percent(50);
        let (scene, who) = (self.scene.clone(), self.who.clone());
        Box::pin(async move {
            if unreachable {
                sleep(there).await;
                scene.say(&who, format_args!("can't connect for {} {}", request.method, request.path));
                return Err(Unanswered::NotSent);
            }
            let arrived = Arc::new(AtomicBool::new(false));
            let (reply, answer) = oneshot::channel();
            let journey =
                Journey { scene: scene.clone(), who: who.clone(), request, arrived: arrived.clone() };
            let trade = journey.trade();
            let task = tokio::spawn(async move {
                let answer = journey.go(there, back).await;
                // Nobody may be there any more.
                let _ = reply.send(answer);
            });
            let _hang_up = HangUp { task: task.abort_handle(), arrived, arrives_anyway };
            let answer = answer.await.unwrap_or(Err(Unanswered::Lost));
            note_code(&scene, &who, &trade, &answer);
            answer
        })
    }
}

/// One request on its way, and its answer.
struct Journey {
    scene: Arc<Scene>,
    who: String,
    request: Parcel,
    arrived: Arc<AtomicBool>,
}

impl Journey {
    /// The thread id in the path, if it is about a trade.
    fn trade(&self) -> String {
        self.request.path.split(['/', '?']).nth(2).unwrap_or_default().to_owned()
    }

    fn moves_funds(&self) -> bool {
        self.request.path.contains("/confirm-")
    }

    async fn go(mut self, there: Duration, back: Duration) -> Answered {
        sleep(there).await;
        self.arrived.store(true, Ordering::Relaxed);
        if self.scene.plant == Some(Plant::Unreviewed) {
            self.forge();
        }
        let mut answer = self.ask().await;
        let plant = self.scene.plant;
        match plant {
            Some(Plant::Rekeyed) if answer.is_err() && self.rekey() => answer = self.ask().await,
            Some(Plant::Denied) if self.moves_funds() && matches!(status(&answer), Some(200 | 202)) => {
                answer = Ok(made_up(409, &json!({"code": "confirmation_mismatch", "message": "No."})));
            }
            Some(Plant::Invented) if self.request.path.ends_with("/confirm-claim") && answer.is_err() => {
                answer = Ok(made_up(202, &json!({"executionId": "exec_of_nobody", "status": "pending"})));
            }
            _ => {}
        }
        sleep(back).await;
        answer
    }

    async fn ask(&self) -> Answered {
        let Parcel { method, path, headers, body } = &self.request;
        let key = self.header("idempotency-key").map(|key| format!(" key {key}")).unwrap_or_default();
        let shown = body.as_deref().unwrap_or_default();
        self.scene.say(&self.who, format_args!("-> {method} {path}{key} {shown}"));
        self.scene.ledger().requests += 1;
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let body = body.clone().unwrap_or_default().into_bytes();
        let answer = self.scene.simulator.carry(method, path, headers, body).await;
        match &answer {
            Ok(reply) => {
                let body = String::from_utf8_lossy(&reply.body);
                let shown: String = body.chars().take(600).collect();
                self.scene.say(&self.who, format_args!("<- {} {method} {path} {shown}", reply.status));
            }
            Err(_) => self.scene.say(&self.who, format_args!("<- lost {method} {path}")),
        }
        let whole = |Reply { status, headers, body }| Receipt { status, headers, body };
        answer.map(whole).map_err(|_| Unanswered::Lost)
    }

    fn header(&self, wanted: &str) -> Option<&str> {
        self.request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    /// Gives it another key, if it has one.
    fn rekey(&mut self) -> bool {
        let key = self.request.headers.iter_mut().find(|(name, _)| *name == "idempotency-key");
        key.map(|(_, key)| *key = format!("again-{key}")).is_some()
    }

    /// Puts the values of the moment into a confirmation.
    fn forge(&mut self) {
        let about_terms = self.request.path.ends_with("/terms/confirm");
        if !about_terms && !self.request.path.ends_with("/identification/confirm") {
            return;
        }
        let inspected = self.scene.simulator.control(&json!({"do": "inspect", "trade": self.trade()}));
        let Ok(inspected) = inspected else { return };
        let views = inspected["seen_by"].as_object().into_iter().flatten();
        let Some(view) = views.filter_map(|(_, view)| view.as_str()).next() else { return };
        let Ok(now) = serde_json::from_str::<Value>(view) else { return };
        let body = if about_terms {
            let terms = &now["terms"];
            json!({"sender": terms["sender"]["text"], "receiver": terms["receiver"]["text"], "version": terms["version"]})
        } else {
            json!({"sender": now["sender"], "receiver": now["receiver"], "revision": now["identificationRevision"]})
        };
        self.request.body = Some(body.to_string());
    }
}

/// Ends a journey when nobody waits any more. A server that has the request notices the hang-up.
struct HangUp {
    task: AbortHandle,
    arrived: Arc<AtomicBool>,
    arrives_anyway: bool,
}

impl Drop for HangUp {
    fn drop(&mut self) {
        if self.arrived.load(Ordering::Relaxed) || !self.arrives_anyway {
            self.task.abort();
        }
    }
}

/// Remembers the code of a challenge as it reaches the client, so that a move can be told from another.
fn note_code(scene: &Scene, who: &str, trade: &str, answer: &Answered) {
    let Ok(Receipt { status: 201, body, .. }) = answer else { return };
    let Ok(challenge) = serde_json::from_slice::<Value>(body) else { return };
    if let Some(code) = challenge["confirmationCode"].as_str() {
        scene.ledger().given_code(who, trade, code);
    }
}

fn status(answer: &Answered) -> Option<u16> {
    answer.as_ref().ok().map(|receipt| receipt.status)
}

fn made_up(status: u16, body: &Value) -> Receipt {
    Receipt { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}
