"""What the holder takes home: receipts as PDF, as a thermal slip and as text, with a code that proves them."""
