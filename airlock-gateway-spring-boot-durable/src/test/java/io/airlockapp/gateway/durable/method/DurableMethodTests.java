/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.DenialPublisher;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.approval.guard.GuardedChainAdvisor;
import io.airlockapp.gateway.approval.guard.GuardedNames;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.halt.Halt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the target of a {@link DurableMethod}.
 */
class DurableMethodTests {

	private final List<String> order = new ArrayList<>();

	private Runnable onRelease = () -> {
	};

	@Test
	void reasonForAMissingTargetIsTheCause() {
		DurableMethod method = method(() -> {
			throw new IllegalArgumentException("the pool is exhausted");
		});
		assertThatIllegalStateException().isThrownBy(() -> start(method))
			.withMessageContaining("Payouts.pay is not available")
			.withCauseInstanceOf(IllegalArgumentException.class);
		assertThat(this.order).isEmpty();
	}

	@Test
	void targetIsReleased() throws Exception {
		assertThat(start(method(Payouts::new))).isTrue();
		assertThat(this.order).containsExactly("claimed", "entered", "released");
	}

	@Test
	void failureOfTheReleaseDoesNotHideThatTheMethodReturned() throws Exception {
		this.onRelease = () -> {
			throw new IllegalStateException("the pool is closed");
		};
		assertThat(start(method(Payouts::new))).isTrue();
	}

	private boolean start(DurableMethod method) throws Exception {
		return method.start(new Object[0], () -> this.order.add("claimed"), () -> this.order.add("entered"));
	}

	private DurableMethod method(Target target) {
		ProxyFactory factory = new ProxyFactory();
		factory.setProxyTargetClass(true);
		factory.setTargetSource(new TargetSource() {

			@Override
			public Class<?> getTargetClass() {
				return Payouts.class;
			}

			@Override
			public Object getTarget() throws Exception {
				return target.get();
			}

			@Override
			public void releaseTarget(Object released) {
				DurableMethodTests.this.order.add("released");
				DurableMethodTests.this.onRelease.run();
			}

		});
		factory.addAdvisor(new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(),
				() -> new SnapshotWriter(new JsonMapper()), () -> (call) -> {
				}, () -> (invocation, denial) -> {
					throw denial;
				}, () -> new DenialPublisher(ApprovalListener.of(List.of()), "command.review"),
				() -> new ApprovalTaskExecutor(false, null), () -> null, () -> null, Halt::inMemory));
		GuardedChainAdvisor.addFirst(factory, "payouts", new GuardedNames(new DefaultListableBeanFactory()));
		return DurableMethod.of(factory.getProxy()).get(0);
	}

	@FunctionalInterface
	private interface Target {

		Object get() throws Exception;

	}

	static class Payouts {

		@RequiresAirlockApproval(durable = true)
		public void pay() {
		}

	}

}
