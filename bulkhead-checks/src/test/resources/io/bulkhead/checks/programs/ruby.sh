# Threads, forks, and a server.
set -eu
ruby -rsocket -e '
    puts "threads #{(1..10).map { |n| Thread.new { n * n } }.sum(&:value)}"
    server = TCPServer.new("127.0.0.1", 0)
    pid = fork { s = server.accept; s.puts s.gets.upcase; s.close }
    client = TCPSocket.new("127.0.0.1", server.addr[1]); client.puts "hello"; puts client.gets
    Process.wait(pid); puts $?.exitstatus
'
