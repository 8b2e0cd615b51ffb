//! A seed is one schedule, every time; and what is planted is found.

use autoplus_schedules::{Plant, play, sow};

#[test]
fn a_seed_plays_the_same_twice() {
    for seed in [1, 7, 1001] {
        let (first, second) = (play(seed, None), play(seed, None));
        assert!(first.transcript.len() > 100, "seed {seed} plays hardly anything");
        let differs = first.transcript.iter().zip(&second.transcript).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.transcript.len(), second.transcript.len(), "seed {seed}");
    }
}

#[test]
fn every_planted_defect_is_found() {
    for plant in Plant::ALL {
        let harvest = sow(1, 60, Some(plant), |_| {});
        assert!(harvest.failed >= 3, "{plant:?} is found in {} of 60 seeds", harvest.failed);
    }
}
