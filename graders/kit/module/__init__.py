"""The submission as a module that a plain pytest or unittest suite imports unchanged.

    session   frames to the program and back, one at a time
    uses      requests, and what the program asks meanwhile
    values    values both ways: plain ones by value, objects by number
    proxies   what stands for classes, instances and functions
    modules   what stands for the module
    lending   what the program may do with objects of the suite's
    placeholders  the module as it is while the suite is collected, before there is a program
    reference what the reference solution's source says: names, and operators of classes

The suite stays on the trusted side. Nothing is compared inside the sandbox that can be compared
here, and nothing the program sends is executed.
"""
