"""Desks, sections and topics."""
