"""The ORUK 3.0 API: reading only, anonymous, from stored bytes."""
