# Fills the screen with coloured text, as an agent's is, and does nothing any more.
use strict;
use warnings;

$| = 1;
print join "\r\n", map { "\e[3" . ($_ % 8) . "m" . substr("line $_ " . "some words of text " x 5, 0, 79) } 1 .. 24;
sleep;
