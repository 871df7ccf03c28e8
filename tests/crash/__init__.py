"""After a crash, a power cut, a full disk: nothing acknowledged is lost, nothing is half done."""
