# Turns a spinner ten times a second over the screen of a real agent, and draws its real dialog now and then.
# Usage: dialogs.pl <file of the screen> <file of the dialog> <log> <row of the spinner> <mean seconds between dialogs>
use strict;
use warnings;
use Time::HiRes qw(time sleep);
my ($screen_file, $dialog_file, $log_file, $row, $every) = @ARGV;
$| = 1;
system('stty raw -echo');
my ($screen, $dialog) = map { slurp($_) } $screen_file, $dialog_file;
open my $log, '>>', $log_file or die $!;
$log->autoflush(1);
my @glyphs = map { "\xe2\x9c$_" } "\xb3", "\xb6", "\xbb", "\xbd";
my $frame = 0;
while (1) {
  syswrite STDOUT, "\ec$screen";
  my $end = $every > 0 ? time + 0.5 + rand($every) : time + 1e9;
  while (time < $end) {
    syswrite STDOUT, "\e7\e[${row};1H$glyphs[$frame++ % 4]\e8";
    sleep 0.1;
  }
  syswrite STDOUT, $dialog;
  printf $log "%.6f\n", time;
  sleep 2;
}

sub slurp {
  open my $file, '<:raw', $_[0] or die "$_[0]: $!";
  local $/;
  return <$file>;
}
