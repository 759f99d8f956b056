package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EventObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApprovalExpressions}.
 */
class ApprovalExpressionsTests {

	private final ApprovalExpressions expressions = new ApprovalExpressions(new DefaultListableBeanFactory());

	@ParameterizedTest
	@ValueSource(strings = { "#{#account.iban}", "#{#account.iban()}", "#{#account.iban.length()}", "#{#account}",
			"#{#account.toString()}", "#{'to ' + #account}", "#{{#account}}", "#{#card.number}", "#{#card.getNumber()}",
			"#{#card['number']}", "#{#card}", "#{#person.secretName}", "#{#person.getSecretName()}", "#{#all}",
			"#{#all[0]}", "#{#all[0].iban}", "#{#all.![iban]}", "#{#named}", "#{#named['a'].iban}", "#{#maybe}",
			"#{#maybe.get().iban}", "#{#array}", "#{#account?.iban}", "#{#pin}", "#{#a7}", "#{#p7}", "#{#order}",
			"#{#order.account}", "#{'for ' + #order}", "#{#order.toString()}", "#{{#order.note, #order}}",
			"#{#order.anything}", "#{#order.proxy}", "#{#order.circle}", "#{#signer}", "#{#signer.key}",
			"#{'to %s'.formatted(#account)}", "#{T(String).valueOf(#account)}",
			"#{T(java.util.Arrays).toString(#array)}", "#{#account.IBAN}",
			"#{new StringBuilder('to ').append(#account)}", "#{T(java.text.MessageFormat).format('{0}', #order)}",
			"#{T(org.springframework.util.StringUtils).collectionToCommaDelimitedString(#all)}", "#{#event}",
			"#{#failure}" })
	void showsNothingSensitive(String template) {
		assertThat(describe(template)).doesNotContain("DE02", "4111", "Rumpelstilzchen", "0815");
	}

	@Test
	void masksOnlyWhatIsSensitive() {
		assertThat(describe("#{#account.owner} has #{#account.iban}, #{#card.holder} has #{#card.number}"))
			.isEqualTo("A has •••, B has •••");
		assertThat(describe("#{#note} #{#numbers} #{#numbers.size() + 1}")).isEqualTo("Hello 1,2 3");
	}

	@Test
	void showsTextFormsThatHaveNothingSensitive() {
		assertThat(describe("#{#line} at #{#path} on #{#line.day}"))
			.isEqualTo("Line[text=Hello, path=/a, day=2026-01-02, next=Optional[1]] at /a on 2026-01-02");
	}

	@Test
	void showsTheTemplateIfItCanNotBeEvaluated() {
		assertThat(describe("#{#account.none}")).isEqualTo("#account.none");
	}

	@Test
	void showsWhatIsInvisibleInArgumentsButKeepsTheTemplate() {
		assertThat(describe("\u200fNote:\n#{'1 \u202e000' + #note}\n#{'a\nb'}"))
			.isEqualTo("\u200fNote:\n1 \\u202e000Hello\na\nb");
		assertThat(describe("#{#note.substring(0, 1) + '\ud83d'}")).isEqualTo("H\\ud83d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Note: #{#none}", "Note: #{#arg8}", "Note: #{#a16}" })
	void showsTheTemplateIfItNamesNoParameter(String template) {
		assertThat(describe(template)).isEqualTo(template);
	}

	private String describe(String template) {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		Account account = new Account("A", "DE02");
		Card card = new Card();
		return this.expressions.describe(
				new SpelExpressionParser().parseExpression(template, new TemplateParserContext()),
				new MethodArguments(Service.class, method,
						new Object[] { account, card, new Secretive(), List.of(account), Map.of("a", account),
								Optional.of(account), new Account[] { account }, "0815", "Hello", List.of(1, 2),
								new Order(account), new Signer("4111"), Path.of("/a"),
								new Line("Hello", Path.of("/a"), LocalDate.of(2026, 1, 2), Optional.of(1)),
								new Paid(account), new IllegalStateException(new Refused()) }));
	}

	record Account(String owner, @AirlockSensitive String iban) {

	}

	record Line(String text, Path path, LocalDate day, Optional<Integer> next) {

	}

	static class Order {

		public final String note = "Note";

		public final Account account;

		public final Object anything;

		public final Supplier<?> proxy;

		public final List<Object> circle = new ArrayList<>();

		Order(Account account) {
			this.account = account;
			this.anything = new AtomicReference<>(Map.entry("a", account));
			this.proxy = (Supplier<?>) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { Supplier.class }, (proxy, method, arguments) -> account.toString());
			this.circle.add(new Object[] { this });
		}

		@Override
		public String toString() {
			return "Order of " + this.account;
		}

	}

	@SuppressWarnings("serial")
	static class Refused extends Exception {

		@AirlockSensitive
		private final String iban = "DE02";

		@Override
		public String toString() {
			return this.iban;
		}

	}

	@SuppressWarnings("serial")
	static class Paid extends EventObject {

		Paid(Account account) {
			super(account);
		}

	}

	static class Signer {

		private final String key;

		Signer(@AirlockSensitive String key) {
			this.key = key;
		}

		public String getKey() {
			return this.key;
		}

		@Override
		public String toString() {
			return "Signer " + this.key;
		}

	}

	static class Card {

		public final String holder = "B";

		@AirlockSensitive
		private final String number = "4111";

		public String getNumber() {
			return this.number;
		}

		@Override
		public String toString() {
			return "Card " + this.number;
		}

	}

	interface Person {

		@AirlockSensitive
		String getSecretName();

	}

	static class Secretive implements Person {

		@Override
		public String getSecretName() {
			return "Rumpelstilzchen";
		}

	}

	static class Service {

		void call(Account account, Card card, Person person, List<Account> all, Map<String, Account> named,
				Optional<Account> maybe, Account[] array, @AirlockSensitive String pin, String note,
				List<Integer> numbers, Order order, Signer signer, Path path, Line line, Paid event,
				Exception failure) {
		}

	}

}
