# Prints so many lines and does nothing any more: history.pl <lines>.
use strict;
use warnings;

$| = 1;
print "line $_ of some text, with a few words more to make it as long as lines are\n" for 1 .. $ARGV[0];
sleep;
