"""What programs that fork begin with."""

FORKING = """
import os, signal

def fork(work):
    child = os.fork()
    if child == 0:
        signal.alarm(15)  # A child that hangs is ended, and its code tells.
        try:
            work()
        except BaseException as error:
            os.write(1, repr(error).encode() + bytes([10]))
            os._exit(1)
        os._exit(0)
    return child

def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""
