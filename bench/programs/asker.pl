# Works for a while and asks then, again and again: with the real dialog of an agent, which takes the key 1, or with a
# question at the cursor, which takes a line.
# Usage: asker.pl <log> <mean seconds of work> line
#        asker.pl <log> <mean seconds of work> dialog <file of the screen> <file of the dialog> <row of the spinner>
# In the log: `asked <time>` right behind the last byte of each prompt, `got <answer>` when it was answered.
use strict;
use warnings;
use Time::HiRes qw(time sleep);
my ($log_file, $mean, $form, $screen_file, $dialog_file, $row) = @ARGV;
$| = 1;
open my $log, '>>', $log_file or die $!;
$log->autoflush(1);
$form eq 'line' ? lines() : dialogs();

sub lines {
  for (my $number = 1; ; $number++) {
    sleep working();
    syswrite STDOUT, "QUESTION: which config for step $number? ";
    asked();
    my $answer = <STDIN>;
    exit unless defined $answer;
    chomp $answer;
    print $log "got $answer\n";
    print "step $number is done\n";
  }
}

sub dialogs {
  system('stty raw -echo');
  my ($screen, $dialog) = map { slurp($_) } $screen_file, $dialog_file;
  my @glyphs = map { "\xe2\x9c$_" } "\xb3", "\xb6", "\xbb", "\xbd";
  my $frame = 0;
  while (1) {
    syswrite STDOUT, "\ec$screen";
    my $end = time + working();
    while (time < $end) {
      syswrite STDOUT, "\e7\e[${row};1H$glyphs[$frame++ % 4]\e8";
      sleep 0.1;
    }
    syswrite STDOUT, $dialog;
    asked();
    my $key = '';
    # The screens ask the terminal what it is: its replies are no keys.
    while ($key !~ /^\w$/) { sysread(STDIN, $key, 4096) or exit }
    print $log "got $key\n";
  }
}

sub asked { printf $log "asked %.6f\n", time }

# At random, so that the agents do not ask in step.
sub working { return 0.5 - ($mean - 0.5) * log(1 - rand) }

sub slurp {
  open my $file, '<:raw', $_[0] or die "$_[0]: $!";
  local $/;
  return <$file>;
}
