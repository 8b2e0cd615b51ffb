//! After the storm: everything that its askers left open is asked for until it is known.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::asking::Asked;
use crate::dice::Dice;
use crate::scene::Scene;

/// Long enough for a claim whose transfer is silent, with a server's clock that is behind.
const ROUNDS: u32 = 32;

/// Longer than a call whose caller went away may still take.
const CALL: Duration = Duration::from_secs(60);

pub(crate) async fn settle(scene: &Arc<Scene>, dice: &mut Dice) {
    sleep(CALL).await;
    let mut open: Vec<Asked> = std::mem::take(&mut scene.loose());
    scene.say("settling", format_args!("{} are left open", open.len()));
    for _ in 0..ROUNDS {
        let mut left = Vec::new();
        for mut asked in open {
            if !asked.ask(scene).await.is_final() {
                left.push(asked);
            }
        }
        if left.is_empty() {
            return;
        }
        open = left;
        scene.rest(dice, 40.0, 80.0).await;
    }
}
