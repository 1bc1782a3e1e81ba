"""Anlass: trigger-based marketing automation for shops."""
