"""全国平台, the national hub: who is held where, transfers between platforms, reports, a feed for each platform."""
