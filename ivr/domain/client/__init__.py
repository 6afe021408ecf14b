"""Clients: their numbers, the companies behind them, and what may be dialled."""
