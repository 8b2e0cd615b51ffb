//! A participant's move in Discord, with the values of the moment.

use super::action::Action;
use super::effects::Deed;
use super::settings::Settings;
use super::trade::{Millis, Role, Trade};
use crate::text::Text;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Move {
    pub(crate) deed: Deed,
    /// A Discord id.
    pub(crate) user: String,
    pub(crate) role: Option<Role>,
    pub(crate) text: Option<Text>,
    pub(crate) address: Option<String>,
}

impl Trade {
    /// Makes the move, or says why it is impossible now.
    pub(crate) fn play(&mut self, made: &Move, settings: &Settings, now: Millis) -> Result<(), String> {
        let Move { deed, user, role, text, address } = made;
        if !self.has_participant(user) {
            return Err(format!("{user} is no participant of this trade"));
        }
        let moved = match deed {
            Deed::Create => return Err("a trade is created once".into()),
            Deed::ChooseRole => self.choose_role(user, role.ok_or("choose_role needs a role")?, now),
            Deed::ConfirmIdentification => self.confirm_identification(user, now),
            Deed::ResetIdentification => self.reset_identification(user, now),
            Deed::SetTerms => self.set_terms(user, text.clone(), now),
            Deed::ConfirmTerms => self.confirm_terms(user, now),
            Deed::Release => self.act(user, Action::Release, now),
            Deed::Return => self.act(user, Action::Return, now),
            Deed::Claim => {
                let address = address.clone().unwrap_or_else(|| self.new_address());
                self.claim(user, &address, settings.course(), now)
            }
        };
        moved.map_err(|refusal| refusal.message)
    }
}
