package io.airlockapp.samples.orders;

import java.math.BigDecimal;
import java.util.Locale;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

/**
 * Input of the form for orders.
 *
 * @param customer the customer
 * @param amount the amount to pay
 * @param account the IBAN that is paid, which can contain spaces
 */
record OrderForm(@NotBlank @Size(max = 100) String customer,
		@NotNull @Positive @DecimalMax("100000") @Digits(integer = 6, fraction = 2) BigDecimal amount,
		@NotNull @Pattern(regexp = " *[A-Za-z]{2} *([0-9] *){2}([A-Za-z0-9] *){11,30}",
				message = "must be an IBAN") String account) {

	static OrderForm example() {
		return new OrderForm("Ann Baker", new BigDecimal("129.90"), "DE02 1203 0000 0000 2020 51");
	}

	BigDecimal amountInCents() {
		return this.amount.setScale(2);
	}

	String iban() {
		return this.account.replace(" ", "").toUpperCase(Locale.ROOT);
	}

}
