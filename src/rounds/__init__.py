"""Rounds: a local-first, plain-text toolkit for a therapist's referral network."""
