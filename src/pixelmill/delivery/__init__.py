"""Webhooks out: events become deliveries, and deliveries arrive, however long that takes."""
