//! Stories of the state machine.
