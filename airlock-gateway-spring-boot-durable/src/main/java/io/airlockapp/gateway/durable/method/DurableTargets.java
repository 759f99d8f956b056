/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.AdmittingApprovalGate;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.durable.argument.ArgumentRecorder;
import io.airlockapp.gateway.durable.argument.ArgumentRecorder.RecordedArguments;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Holds the durable methods of beans, by their targets. As a {@link BeanPostProcessor}
 * without an order, it finds them when their proxies are complete, and refuses those
 * whose calls cannot be recorded.
 */
public final class DurableTargets implements BeanPostProcessor {

	private final Map<String, Target> targets = new ConcurrentHashMap<>();

	private final ConfigurableListableBeanFactory beanFactory;

	private final ApprovalAttributeSource attributes;

	private final Supplier<ArgumentRecorder> recorder;

	/**
	 * Create the targets.
	 * @param beanFactory the factory of the beans
	 * @param environment the environment
	 * @param jsonMapper the mapper that writes the arguments
	 * @param snapshotWriter the writer with which arguments are compared
	 */
	public DurableTargets(ConfigurableListableBeanFactory beanFactory, Environment environment,
			Supplier<JsonMapper> jsonMapper, Supplier<SnapshotWriter> snapshotWriter) {
		this.beanFactory = beanFactory;
		this.attributes = new ApprovalAttributeSource(environment);
		this.recorder = SingletonSupplier.of(() -> new ArgumentRecorder(jsonMapper.get(), snapshotWriter.get()));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		List<DurableMethod> durable = DurableMethod.of(bean, this.attributes);
		RestartChecks.requireDurable(bean, durable);
		for (DurableMethod method : durable) {
			add(method, bean, beanName);
		}
		return bean;
	}

	private void add(DurableMethod method, Object bean, String beanName) {
		String obstacle = findObstacle(method.method(), method.type(), beanName);
		boolean restartable = RestartChecks.isRestartable(method.method());
		if (obstacle == null && restartable) {
			obstacle = RestartChecks.findObstacle(bean, method);
		}
		if (obstacle != null) {
			throw UnguardableMethodException
				.ofObstacle("%s of bean '%s' cannot be durable: ".formatted(method, beanName), obstacle);
		}
		String name = name(beanName, method.method());
		this.targets.put(name, new Target(name, method, restartable));
	}

	private @Nullable String findObstacle(Method method, Class<?> type, String beanName) {
		if (!this.beanFactory.containsBean(beanName) || !this.beanFactory.isSingleton(beanName)) {
			return "the bean is not a singleton, so that another instance of the application cannot find it; make it a "
					+ "singleton";
		}
		return this.recorder.get().findObstacle(method, type);
	}

	private static String name(String beanName, Method method) {
		return beanName + "#" + method.getName()
				+ Arrays.stream(method.getParameterTypes())
					.map(Class::getTypeName)
					.collect(Collectors.joining(",", "(", ")"));
	}

	/**
	 * Return whether there are durable methods.
	 * @return whether at least one was found
	 */
	public boolean isEmpty() {
		return this.targets.isEmpty();
	}

	/**
	 * Verify the groups of approvers of the methods.
	 * @param groups the configured groups
	 * @param defaultTimeout the time to decide if neither a method nor its group
	 * specifies one
	 */
	public void requireApprovers(ApproverGroups groups, Duration defaultTimeout) {
		this.targets.values().forEach((target) -> target.method().requireApprovers(groups, defaultTimeout));
	}

	ArgumentRecorder recorder() {
		return this.recorder.get();
	}

	/**
	 * Return the target of a call.
	 * @param proxy the called proxy
	 * @param call the call
	 * @return the target
	 * @throws InvalidApprovalUsageException if the method is not that of a bean
	 */
	public Target require(Object proxy, DurableCalls.Call call) {
		return this.targets.values()
			.stream()
			.filter((target) -> target.method().isCalledBy(proxy, call))
			.findFirst()
			.orElseThrow(() -> new InvalidApprovalUsageException(
					"%s cannot be recorded, because the called object is not a bean".formatted(call)));
	}

	/**
	 * Write a call in the form in which it is stored. Its arguments are rebuilt for this
	 * and compared. What the approver sees are those, since they are what runs.
	 * @param target the target
	 * @param call the call
	 * @return the call as stored
	 * @throws InvalidApprovalUsageException if the current thread must not wait for a
	 * database, or the arguments cannot be rebuilt
	 */
	public WrittenCall write(Target target, DurableCalls.Call call) {
		if (AdmittingApprovalGate.isInEventLoop()) {
			throw new InvalidApprovalUsageException(
					("%s was called in an event loop's thread, which must not wait for a database. Call it on "
							+ "Schedulers.boundedElastic(), or in Kotlin in runInterruptible(Dispatchers.IO)")
						.formatted(call));
		}
		RecordedArguments recorded = recorder().record(call.arguments(), call.masking());
		// A rebuilt container can have another class, by which a description shows it
		RebuiltArguments rebuilt = recorded.rebuilt();
		return new WrittenCall(target.name(), call.toRequest(rebuilt.arguments(), rebuilt.snapshot()), recorded.text(),
				ArgumentRecorder.comparable(recorded.text()), call.findRequester());
	}

	/**
	 * Find a target. If its bean is created lazily, it is created.
	 * @param name the name of the target
	 * @return the target, or {@code null} if there is none
	 */
	@Nullable Target find(String name) {
		Target target = this.targets.get(name);
		// The name of a bean may contain the separator
		int end = name.lastIndexOf('#');
		String beanName = name.substring(0, Math.max(0, end));
		if (target == null && this.beanFactory.containsBean(beanName) && this.beanFactory.isSingleton(beanName)) {
			this.beanFactory.getBean(beanName);
			target = this.targets.get(name);
		}
		return target;
	}

	/**
	 * Durable method of a bean.
	 *
	 * @param name the name, as in the plaintext
	 * @param method the method
	 * @param restartable whether the method has {@link RestartUncommitted}
	 */
	public record Target(String name, DurableMethod method, boolean restartable) {
	}

}
