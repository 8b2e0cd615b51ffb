//! Things that Kotlin knows by number. A number is never used twice: what it stood for is gone, or it is refused.

/// A slot is the lower half of a number, the generation of what is in it the upper half.
#[derive(Debug)]
pub(super) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    held: Option<T>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// Keeps it; gives its number, which is above zero.
    pub(super) fn insert(&mut self, held: T) -> i64 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, held: None });
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        let slot = &mut self.slots[index as usize];
        slot.generation += 1;
        slot.held = Some(held);
        i64::from(slot.generation) << 32 | i64::from(index)
    }

    fn slot(&mut self, number: i64) -> Option<&mut Slot<T>> {
        let index = usize::try_from(number & 0xFFFF_FFFF).ok()?;
        let slot = self.slots.get_mut(index)?;
        (i64::from(slot.generation) == number >> 32).then_some(slot)
    }

    pub(super) fn get_mut(&mut self, number: i64) -> Option<&mut T> {
        self.slot(number)?.held.as_mut()
    }

    pub(super) fn remove(&mut self, number: i64) -> Option<T> {
        let slot = self.slot(number)?;
        let held = slot.held.take()?;
        // One whose generations are used up is left alone.
        if slot.generation < i32::MAX.cast_unsigned() {
            self.free.push((number & 0xFFFF_FFFF) as u32);
        }
        Some(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_one_thing_only() {
        let mut slab = Slab::new();
        let (one, two) = (slab.insert("one"), slab.insert("two"));
        assert!(one > 0 && two > 0 && one != two);
        assert_eq!(slab.remove(one), Some("one"));
        assert_eq!(slab.remove(one), None);
        let three = slab.insert("three");
        assert_ne!(three, one);
        assert_eq!(
            [one, two, three].map(|number| slab.get_mut(number).copied()),
            [None, Some("two"), Some("three")]
        );
        assert_eq!(slab.slots.len(), 2);
    }

    #[test]
    fn what_never_was_a_number_is_refused() {
        let mut slab = Slab::new();
        slab.insert(());
        for wrong in [0, -1, 1, i64::MIN, i64::MAX, 5 << 32] {
            assert!(slab.get_mut(wrong).is_none() && slab.remove(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_slot_whose_generations_are_used_up_is_left_alone() {
        let mut slab = Slab::new();
        slab.insert(());
        slab.slots[0].generation = i32::MAX.cast_unsigned();
        let last = i64::from(i32::MAX) << 32;
        assert!(slab.remove(last).is_some());
        assert_eq!(slab.insert(()) & 0xFFFF_FFFF, 1);
    }
}
