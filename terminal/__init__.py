"""The application: services, journeys, the centre and the command line. No Qt, no pyscard, no raw APDU."""

VERSION = "0.1.0"
