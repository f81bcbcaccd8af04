"""The opening trustee's side: a recipient to register before publication, and the release of a share at the opening."""
