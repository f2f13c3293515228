import sys
import threading
import time
import unittest

from bank_account import BankAccount


class BankAccountTest(unittest.TestCase):
    def test_opened_account_has_zero_balance(self):
        account = BankAccount()
        account.open()
        self.assertEqual(account.get_balance(), 0)

    def test_withdraw_more_than_there_is(self):
        account = BankAccount()
        account.open()
        account.deposit(25)
        with self.assertRaises(ValueError) as err:
            account.withdraw(50)
        self.assertEqual(type(err.exception), ValueError)
        self.assertEqual(err.exception.args[0], "amount must be less than balance")

    def test_closed_account(self):
        account = BankAccount()
        account.open()
        account.close()
        with self.assertRaisesRegex(ValueError, "account not open"):
            account.deposit(50)

    def test_can_handle_concurrent_transactions(self):
        account = BankAccount()
        account.open()
        account.deposit(1000)
        self.adjust_balance_concurrently(account)
        self.assertEqual(account.get_balance(), 1000)

    def adjust_balance_concurrently(self, account):
        def transact():
            account.deposit(5)
            time.sleep(0.001)
            account.withdraw(5)

        try:
            sys.setswitchinterval(1e-12)
        except AttributeError:
            sys.setcheckinterval(1)
        threads = [threading.Thread(target=transact) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
