package io.airlockapp.samples.refunds;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Request of the page for a refund. The text form leaves the account out.
 *
 * @param order the number of the order
 * @param amount the amount
 * @param iban the customer's account
 */
record RefundRequest(long order, @Nullable BigDecimal amount, @Nullable String iban) {

	private static final BigDecimal MAX_AMOUNT = new BigDecimal(100_000);

	private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");

	long checkedOrder() {
		check(this.order > 0, "The order must be a positive number");
		return this.order;
	}

	BigDecimal checkedAmount() {
		BigDecimal amount = (this.amount != null) ? this.amount : BigDecimal.ZERO;
		check(amount.signum() > 0 && amount.compareTo(MAX_AMOUNT) <= 0,
				"The amount must be positive and at most %s".formatted(MAX_AMOUNT));
		check(amount.stripTrailingZeros().scale() <= 2, "The amount must not have more than two decimals");
		return amount.setScale(2);
	}

	String checkedIban() {
		String iban = (this.iban != null) ? this.iban.replace(" ", "").toUpperCase(Locale.ROOT) : "";
		check(IBAN.matcher(iban).matches(), "The IBAN is not complete");
		return iban;
	}

	private static void check(boolean valid, String message) {
		if (!valid) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, message);
		}
	}

	@Override
	public String toString() {
		return "RefundRequest[order=%d, amount=%s]".formatted(this.order, this.amount);
	}

}
