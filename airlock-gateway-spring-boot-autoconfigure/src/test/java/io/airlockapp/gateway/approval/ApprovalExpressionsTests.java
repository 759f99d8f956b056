package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
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
			"#{#maybe.get().iban}", "#{#array}", "#{#account?.iban}", "#{#pin}", "#{#a7}", "#{#p7}" })
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
	@ValueSource(strings = { "Note: #{#none}", "Note: #{#arg8}", "Note: #{#a10}" })
	void showsTheTemplateIfItNamesNoParameter(String template) {
		assertThat(describe(template)).isEqualTo(template);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#none > 100", "#none == 'large'", "#none != null and #none", "#a3 > 100", "#p3 > 100",
			"#arg0 > 100", "#none?.large" })
	void asksIfTheConditionNamesNoParameter(String condition) {
		assertThat(needsApproval(condition, 1, "a", null)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "#p1 > 100", "#a0 > 100", "#maybe != null", "#p2 != null", "#this != null", "#root != null" })
	void asksNobodyIfTheConditionIsFalse(String condition) {
		assertThat(needsApproval(condition, 1, "a", null)).isFalse();
	}

	@Test
	void namesGoBeforeIndexes() {
		assertThat(needsApproval("#p1 == 1", 1, "a", null)).isTrue();
		assertThat(needsApproval("#p1 == 'a'", 1, "a", null)).isFalse();
	}

	private boolean needsApproval(String condition, @Nullable Object... arguments) {
		Method method = ReflectionUtils.findMethod(Service.class, "pay", (Class<?>[]) null);
		return this.expressions.needsApproval(new SpelExpressionParser().parseExpression(condition),
				new MethodArguments(Service.class, method, arguments));
	}

	private String describe(String template) {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		Account account = new Account("A", "DE02");
		Card card = new Card();
		return this.expressions.describe(
				new SpelExpressionParser().parseExpression(template, new TemplateParserContext()),
				new MethodArguments(Service.class, method,
						new Object[] { account, card, new Secretive(), List.of(account), Map.of("a", account),
								Optional.of(account), new Account[] { account }, "0815", "Hello", List.of(1, 2) }));
	}

	record Account(String owner, @AirlockSensitive String iban) {

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
				List<Integer> numbers) {
		}

		void pay(long p1, String note, @Nullable String maybe) {
		}

	}

}
