//! The verb that looks at the switches and sets some.

use super::Arguments;
use crate::world::World;

pub(crate) fn settings(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    world.settings = arguments.read_over(world.settings.clone())?;
    serde_json::to_string(&world.settings).map_err(|error| error.to_string())
}
