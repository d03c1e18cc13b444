"""Objects that live in worker threads or own child processes; QtCore only."""
