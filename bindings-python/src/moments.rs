//! Unix times as Python's `datetime`, in UTC. Reckoned here: `datetime.fromtimestamp` takes twice as long.

use autoplus::Timestamp;
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyResult, Python};

use crate::convert::{ToPython, datetime, nearest_moment, utc};
use crate::memo::{Memo, place_of_number};

/// The first and the last second that `datetime` can show, those of the years 1 and 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl ToPython for Timestamp {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static MADE: Memo<i64> = Memo::new();
        let seconds = self.seconds();
        MADE.get(py, place_of_number(seconds), &seconds, || {
            if !(FIRST..=LAST).contains(&seconds) {
                return nearest_moment(py)?.call1((seconds,));
            }
            let (year, month, day) = date(seconds.div_euclid(86_400));
            let second = seconds.rem_euclid(86_400);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            datetime(py)?.call1((year, month, day, hour, minute, second, 0, utc(py)?))
        })
    }
}

/// Year, month and day of a day, counted from 1970-01-01.
fn date(day: i64) -> (i64, i64, i64) {
    // Years that begin in March, so that a leap day is the last of its year, in spans of 400 that are all alike.
    let day = day + 719_468;
    let (span, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (400 * span + year + i64::from(month <= 2), month, day)
}
