# Prints lines of 79 characters until so many bytes are out, waits until the terminal has worked through
# them all (it answers a question behind them), and writes the seconds to a file: flood.pl <bytes> <file>.
use strict;
use warnings;
use Time::HiRes qw(time);

my ($bytes, $path) = @ARGV;
system('stty', 'raw', '-echo');
my $block = '';
for my $row (1 .. 800) {
    $block .= substr(sprintf("%06d ", $row) . "the quick brown fox jumps over the lazy dog " x 2, 0, 79) . "\r\n";
}
my $started = time;
for (my $left = $bytes; $left > 0;) {
    my $written = syswrite(STDOUT, $block, $left < length $block ? $left : length $block) or exit;
    $left -= $written;
}
syswrite(STDOUT, "\e[6n");
my $answer = '';
while ($answer !~ /R/) {
    sysread(STDIN, $answer, 100, length $answer) or exit;
}
my $seconds = time - $started;
open(my $file, '>', "$path.part") or die "cannot write $path: $!";
print $file "$seconds\n";
close($file);
rename("$path.part", $path);
sleep;
