/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.condition.DescriptionTemplate;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodGuardedCall}.
 */
class MethodGuardedCallTests {

	@Test
	void toRequestWhenArgumentCannotBeShownThrows() {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> call(Map.of("a", List.of("s3cr3t").iterator()), "Pay").toRequest())
			.withMessageNotContaining("s3cr3t");
	}

	/**
	 * What an accessor returns decides nothing.
	 */
	@Test
	void descriptionShowsSameValuesAsCommand() {
		MethodGuardedCall call = call(new Estimate(), "Pay #{#value.amount} for #{#value.order}");
		assertThat(call.toRequest()).satisfies((request) -> {
			assertThat(request.getDescription()).isEqualTo("Pay ••• for A-17");
			assertThat(request.getCommandText())
				.isEqualTo("Service.call(value=%s{order=A-17, amount=•••})".formatted(Estimate.class.getName()));
		});
	}

	@Test
	void descriptionDoesNotLoadLazyCollections() {
		Order order = new Order();
		MethodGuardedCall call = call(order, "Pay #{#value.name}");
		assertThat(call.toRequest().getDescription()).isEqualTo("Pay \"Order 17\"");
		assertThat(order.lines.loaded).isFalse();
		call.requireUnchanged();
	}

	@Test
	void toRequestWhenCommandIsTooLongThrows() {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> call("s3cr3t".repeat(1000), "Pay").toRequest())
			.withMessageContainingAll("Service.call", "'value'", "6002", "4000", "abridge")
			.withMessageNotContaining("s3cr3t");
	}

	@Test
	void firstLinesWhenAbridgedStateThatPartsAreLeftOut() {
		Map<String, Object> value = Map.of("note", "x".repeat(6000));
		ApprovalRequest request = abridged(value, "Pay #{#value['none']}").toRequest();
		assertThat(request.getCommandText())
			.startsWith("NOT SHOWN IN FULL: parts of 1 value are left out\nService.call(");
		assertThat(request.getDescription()).isEqualTo("NOT SHOWN IN FULL: parts of 1 value are left out\nPay (none)");
		assertThat(abridged(value, null).toRequest().getDescription())
			.isEqualTo("NOT SHOWN IN FULL: parts of 1 value are left out\nLabel");
		assertThat(abridged("short", null).toRequest().getDescription()).isNull();
	}

	@Test
	void argumentWhenAbridgedIsBoundInFull() {
		StringBuilder value = new StringBuilder("x".repeat(6000));
		MethodGuardedCall call = abridged(value, null);
		call.toRequest();
		call.requireUnchanged();
		value.setCharAt(3000, 'y');
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(call::requireUnchanged);
	}

	@Test
	void changeIsNamedByItsPath() {
		Map<String, Object> value = new HashMap<>(Map.of("s3cr3t", List.of(new Caching())));
		MethodGuardedCall call = call(value, "Pay");
		call.toRequest();
		call.requireUnchanged();
		value.values().forEach(Object::hashCode);
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(call::requireUnchanged)
			.withMessageContainingAll("The arguments of Service.call were changed after",
					"'value[…][0].hash' is no longer the same", "@AirlockOmitted", "cache")
			.withMessageNotContaining("s3cr3t");
		value.put("s3cr3t", Thread.currentThread());
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(call::requireUnchanged)
			.withMessageContaining("'value' is no longer the same");
	}

	@Test
	void approvalByAPersonCoversMethodsWithTheSameApprovers() {
		Method refund = method(Refunds.class, "refund");
		Method refundAll = method(Refunds.class, "refundAll");
		MethodGuardedCall call = call(Refunds.class, refund, new Object[0], null, false);
		assertThat(call.covers(refundAll)).isFalse();
		call.authorized();
		assertThat(call.covers(refundAll)).isTrue();
		assertThat(call.covers(method(Refunds.class, "close"))).isFalse();
		call.allowedByPolicy(() -> {
		});
		assertThat(call.covers(refundAll)).isFalse();
	}

	@Test
	void callbackForTheStartIsCalledOnce() {
		AtomicInteger calls = new AtomicInteger();
		MethodGuardedCall call = call("A-17", "Pay");
		call.started();
		call.allowedByPolicy(calls::incrementAndGet);
		call.started();
		call.started();
		assertThat(calls).hasValue(1);
	}

	@Test
	void commandTokensAreThoseOfCommand() {
		MethodGuardedCall call = call("A-17", "Pay");
		assertThat(call.commandTokens()).containsExactly(List.of("Service.call", "value=\"A-17\""),
				List.of("Service.call(value=\"A-17\")"));
		assertThat(call.isConditional()).isFalse();
		assertThat(call.isAllowedInTransaction()).isFalse();
	}

	private static MethodGuardedCall abridged(Object value, @Nullable String description) {
		return call(value, description, true);
	}

	private static MethodGuardedCall call(Object value, String description) {
		return call(value, description, false);
	}

	private static MethodGuardedCall call(Object value, @Nullable String description, boolean abridge) {
		return call(Service.class, method(Service.class, "call"), new Object[] { value }, description, abridge);
	}

	private static MethodGuardedCall call(Class<?> type, Method method, Object[] arguments,
			@Nullable String description, boolean abridge) {
		SnapshotWriter writer = new SnapshotWriter(new JsonMapper());
		return new MethodGuardedCall(
				new ApprovalAttribute(Declaration.of(method, type), "Label",
						(description != null) ? DescriptionTemplate.parse(description, type, method) : null, null, null,
						null, "default", null, false, abridge, false),
				new MethodArguments(type, method, arguments), "service", new DefaultListableBeanFactory(), () -> writer,
				new Caller(false, null));
	}

	private static Method method(Class<?> type, String name) {
		return ReflectionUtils.findMethod(type, name, (Class<?>[]) null);
	}

	interface Refunds {

		@RequiresAirlockApproval
		void refund();

		@RequiresAirlockApproval
		void refundAll();

		@RequiresAirlockApproval(approvers = "board")
		void close();

	}

	static class Estimate {

		public String order = "A-17";

		private int amount = 5000;

		public int getAmount() {
			return this.amount / 1000;
		}

	}

	static class Order {

		@AirlockOmitted
		private final LazyLines lines = new LazyLines();

		private final String name = "Order " + this.lines.number;

		public String getName() {
			return this.name;
		}

	}

	static class LazyLines extends AbstractList<String> {

		private final int number = "lines".length() + 12;

		private boolean loaded;

		@Override
		public String get(int index) {
			this.loaded = true;
			return "line";
		}

		@Override
		public int size() {
			this.loaded = true;
			return 1;
		}

	}

	abstract static class Service {

		abstract void call(Object value);

	}

	static class Caching {

		private transient int hash;

		@Override
		public int hashCode() {
			this.hash = 31;
			return this.hash;
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

	}

}
