"""The queue shelf: PgQueuer, in memory or on PostgreSQL, carrying "advance item X"."""
