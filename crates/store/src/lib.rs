//! The system of record: SQLite where nothing is installed, PostgreSQL where several machines share a run.
//!
//! It opens either, brings its tables up to date, writes in bulk, and keeps the queue of jobs that workers claim. It
//! knows no server, no listing and no rule: whose tables these are says what is in them.
//!
//! Storey 2: products may depend on it; it depends on `model`. SQL stands here and in `survey` only.
