# Asks its terminal for the cursor position every 20 ms and appends the milliseconds until each answer to a
# file: pulse.pl <file>. This is how long the terminal leaves a program, or a person, waiting.
use strict;
use warnings;
use IO::Handle;
use Time::HiRes qw(time sleep);

open(my $file, '>', $ARGV[0]) or die "cannot write $ARGV[0]: $!";
$file->autoflush(1);
system('stty', 'raw', '-echo');
while (1) {
    my $asked = time;
    syswrite(STDOUT, "\e[6n");
    my $answer = '';
    while ($answer !~ /R/) {
        sysread(STDIN, $answer, 100, length $answer) or exit;
    }
    printf $file "%.3f\n", (time - $asked) * 1000;
    sleep(0.02);
}
