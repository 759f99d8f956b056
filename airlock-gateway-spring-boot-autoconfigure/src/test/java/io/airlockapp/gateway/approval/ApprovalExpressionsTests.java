package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApprovalExpressions}.
 */
class ApprovalExpressionsTests {

	private final ApprovalExpressions expressions = new ApprovalExpressions(new DefaultListableBeanFactory());

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

	static class Service {

		void pay(long p1, String note, @Nullable String maybe) {
		}

	}

}
