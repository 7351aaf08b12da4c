"""Pure text codecs between the bytes of a note and the domain."""
