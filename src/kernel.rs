//! Time, calendar, random draws, laws, tallies. Knows no border word.
