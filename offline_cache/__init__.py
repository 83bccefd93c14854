"""One encrypted file: what must outlive this process and reach the centre. Knows no cards, no HTTP, no screen."""
