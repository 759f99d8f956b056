/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.aot;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/**
 * An application with each kind of guarded bean. It calls each of them for the accounts
 * {@code good} and {@code evil}, tells what came of it, and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ BankApplication.Safe.class, BankApplication.Branches.class, BankApplication.Inner.class })
class BankApplication {

	private final Function<String, String> method = BankApplication::run;

	public static void main(String[] args) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(BankApplication.class)
			.web(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = builder.run(args)) {
			System.out.printf("ahead of time: %s, %s%n", AotDetector.useGeneratedArtifacts(),
					!context.containsBean(AnnotationConfigUtils.CONFIGURATION_ANNOTATION_PROCESSOR_BEAN_NAME));
			call("method", (account) -> context.getBean(Transfers.class)
				.transfer(new Order(account, new BigDecimal("2.50"), new Card("4711", "secret-pin"))));
			call("inherited", context.getBean(Payouts.class)::pay);
			call("interface", context.getBean(Ledger.class)::book);
			call("hidden", context.getBean(Vault.class)::open);
			call("type", context.getBean(Accounts.class)::close);
			call("scoped", context.getBean(Sessions.class)::end);
			call("locked", context.getBean(Safe.class)::unlock);
			call("itself", context.getBean(Safe.class)::unlockItself);
			call("inner", context.getBean(Inner.class)::run);
			call("selfInjected", context.getBean(Branches.class)::closeSafely);
		}
	}

	static void call(String name, UnaryOperator<String> method) {
		for (String account : new String[] { "good", "evil" }) {
			try {
				System.out.printf("%s: %s%n", name, method.apply(account));
			}
			catch (AirlockGatewayException ex) {
				System.out.printf("%s: %s %s%n", name, account, ex.getClass().getSimpleName());
			}
		}
	}

	static String run(String account) {
		return account + " ran";
	}

	@Bean
	Transfers transfers() {
		return new Transfers();
	}

	@Bean
	Payouts payouts() {
		return new Payouts();
	}

	@Bean
	Ledger ledger() {
		return new BookLedger();
	}

	@Bean
	Vault vault() {
		return new SteelVault();
	}

	@Bean
	Accounts accounts() {
		return new Accounts();
	}

	@Bean
	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
	Sessions sessions() {
		return new Sessions();
	}

	static class Transfers {

		@RequiresAirlockApproval(value = "Transfer", timeout = "${bank.timeout}",
				description = "Transfer #{#order.amount} to #{#order.account}, #{#order.card}, #{#order.card.pin}")
		public String transfer(Order order) {
			return run(order.account());
		}

	}

	abstract static class AbstractPayouts<T> {

		@RequiresAirlockApproval("Pay")
		public String pay(T account) {
			return run(account.toString());
		}

	}

	static class Payouts extends AbstractPayouts<String> {

	}

	interface Ledger {

		@RequiresAirlockApproval("Book")
		String book(String account);

	}

	static class BookLedger implements Ledger {

		@Override
		public String book(String account) {
			return run(account);
		}

	}

	interface Vault {

		String open(String account);

	}

	static class SteelVault implements Vault {

		@Override
		@RequiresAirlockApproval("Open")
		public String open(String account) {
			return run(account);
		}

	}

	@RequiresAirlockApproval("Close")
	static class Accounts {

		public String close(String account) {
			return run(account);
		}

	}

	static class Sessions {

		@RequiresAirlockApproval("End")
		public String end(String account) {
			return run(account);
		}

	}

	/**
	 * Generic class that asks for its class, so that its locked subclass has a generic
	 * signature.
	 */
	abstract static class AbstractSafe<T> {

		final Class<?> type = getClass();

	}

	static class Safe extends AbstractSafe<String> {

		@Autowired
		private Vault vault;

		private final Ledger ledger;

		private final Duration timeout;

		Safe(Ledger ledger, @Value("${bank.timeout}") Duration timeout) {
			this.ledger = ledger;
			this.timeout = timeout;
		}

		@RequiresAirlockApproval("Unlock")
		public String unlock(String account) {
			return run(
					(this.vault != null && this.ledger != null && this.timeout.toSeconds() == 20) ? account : "nobody");
		}

		public String unlockItself(String account) {
			return unlock(account);
		}

	}

	/**
	 * Inner class, whose constructor takes the object that encloses the new one.
	 */
	class Inner {

		@RequiresAirlockApproval("Run")
		public String run(String account) {
			return BankApplication.this.method.apply(account);
		}

	}

	static class Branches {

		private final ObjectProvider<Branches> self;

		Branches(ObjectProvider<Branches> self) {
			this.self = self;
		}

		@RequiresAirlockApproval("Close")
		public String close(String account) {
			return run(account);
		}

		public String closeSafely(String account) {
			return this.self.getObject().close(account);
		}

	}

	record Order(String account, BigDecimal amount, Card card) {
	}

	static class AbstractCard {

		@AirlockSensitive
		private final String pin;

		AbstractCard(String pin) {
			this.pin = pin;
		}

		public String getPin() {
			return this.pin;
		}

	}

	static class Card extends AbstractCard {

		private final String number;

		Card(String number, String pin) {
			super(pin);
			this.number = number;
		}

		public String getNumber() {
			return this.number;
		}

	}

}
