# Takes what an agent tells at a hook to the service, in less time than Node needs to start. What it cannot
# take there, it hands to the program in its arguments, `iterm-orch hook`, which tries again and leaves a file
# when no service answers; the agent need not wait for that. Nothing is written to the disk here: only the
# service and `hook` redact.
#
#   perl courier.pl <node> <main> hook --agent <name> [--always] < JSON
#
# Silent, and a success whatever happens. The formats are those of report-hook.ts.
use strict;
use Socket qw(PF_UNIX SOCK_STREAM pack_sockaddr_un);
use Time::HiRes qw(alarm time);

# Bytes; the rest is read and dropped.
my $longest_input = 1024 * 1024;
# sun_path of macOS without its NUL.
my $longest_path = 103;
# Seconds: an agent that says no more is done; a service that is busy answers within this, others never.
my $silence_s = 1;
my $answer_s  = 1;

my $at = int(time * 1000);
my $id = time_ordered($at) . sprintf '000%04x%04x', rand 65536, rand 65536;
$SIG{PIPE} = 'IGNORE';
# Ends the eval that is under way, if one is.
$SIG{ALRM} = sub { die if $^S };
my $input = -t STDIN ? '' : read_input();
exit 0 if $input !~ /\S/;
my $is_delivered = eval { deliver() };
alarm 0;
hand_over() if !$is_delivered && goes_on_alone();
exit 0;

# To its end, since the agent writes until then; but an agent that never ends is not waited for.
sub read_input {
    my $kept = '';
    eval {
        binmode STDIN;
        alarm $silence_s;
        while (sysread STDIN, my $piece, 65536) {
            alarm $silence_s;
            $kept .= substr $piece, 0, $longest_input - length $kept;
        }
    };
    alarm 0;
    return $kept;
}

sub deliver {
    my ($agent) = "@ARGV" =~ /--agent (\S+)/;
    my $session = $ENV{ITERM_ORCH_SESSION} // '';
    my $home    = $ENV{ITERM_ORCH_HOME} || ($ENV{HOME} || (getpwuid $<)[7]) . '/.iterm-orch';
    my $path    = "$home/run/service.sock";
    # What would have to be escaped, and what was cut off, the other one can make sense of.
    return 0 if length $path > $longest_path || length $input >= $longest_input;
    return 0 if !defined $agent || grep { /[^\w.-]/ } $agent, $session;

    my $of      = $session eq '' ? '' : qq("session":"$session",);
    my $body    = qq({"id":"$id","at":$at,"agent":"$agent",$of"payload":$input});
    my $request = "POST /v1/hooks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        . "content-type: application/json\r\ncontent-length: " . length($body) . "\r\n\r\n$body";
    alarm $answer_s;
    socket my $service, PF_UNIX, SOCK_STREAM, 0 or return 0;
    connect $service, pack_sockaddr_un($path) or return 0;
    write_all($service, $request) or return 0;
    my $answer = '';
    while ($answer !~ /\n/) { sysread $service, $answer, 64, length $answer or return 0 }
    return $answer =~ m{^HTTP/1\.1 200 };
}

# True in a process of its own, which the agent does not wait for, and which does not end with its terminal.
sub goes_on_alone {
    my $child = fork;
    return 0 if !defined $child;
    # By both of them: whichever is first, it is done before the agent goes on.
    setpgrp $child, 0;
    return 0 if $child != 0;
    return open(STDOUT, '>', '/dev/null') && open STDERR, '>', '/dev/null';
}

# The same input under the same id: should both be heard, it counts once.
sub hand_over {
    pipe my $from, my $to or return;
    my $writer = fork;
    return if !defined $writer;
    if ($writer == 0) {
        close $from;
        write_all($to, $input);
        return;
    }
    close $to;
    open STDIN, '<&', $from or return;
    exec { $ARGV[0] } @ARGV, '--id', $id;
}

sub write_all {
    my ($handle, $bytes) = @_;
    # PERL_UNICODE would have it encoded.
    binmode $handle;
    for (my $at = 0; $at < length $bytes;) {
        $at += (syswrite $handle, $bytes, length($bytes) - $at, $at or return 0);
    }
    return 1;
}

# As newTimeOrderedId makes them: nine digits of base 36.
sub time_ordered {
    my ($left) = @_;
    my $digits = '';
    for (1 .. 9) {
        $digits = (0 .. 9, 'a' .. 'z')[$left % 36] . $digits;
        $left   = int($left / 36);
    }
    return $digits;
}
