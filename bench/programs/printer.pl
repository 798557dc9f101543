# Prints a line with the time of its writing again and again: printer.pl <mean seconds between lines>.
# The pauses are random, so that no poll can fall into step with them.
use strict;
use warnings;
use Time::HiRes qw(time sleep);

$| = 1;
srand($$);
while (1) {
    printf "T %.6f\n", time;
    sleep($ARGV[0] * (0.5 + rand));
}
