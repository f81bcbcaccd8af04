"""The bidder's side: make an inner container, seal it, check it, deliver it, open it. No server is needed but to deliver."""
