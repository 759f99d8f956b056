package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.verification.SelfCallReader.Call;

import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses classes that call their own guarded methods, which bypasses the proxy unless
 * the call is on another object. Calls that a guarded method makes are part of what is
 * approved. On a guarded type, all methods that others call are guarded.
 */
final class SelfCalls {

	private static final ClassValue<Optional<String>> known = new ClassValue<>() {

		@Override
		protected Optional<String> computeValue(Class<?> type) {
			return find(type);
		}

	};

	private SelfCalls() {
	}

	/**
	 * Require that a class does not call its guarded methods itself, as far as its class
	 * file tells.
	 * @param type the class
	 * @param beanName the name of a bean of that class
	 * @throws UnguardableMethodException if it does
	 */
	static void requireNone(Class<?> type, String beanName) {
		known.get(type).ifPresent((refused) -> {
			throw UnguardableMethodException.withRemedy(
					"%s. On bean '%s' itself, past the proxy, that call can't be guarded".formatted(refused, beanName),
					"Move the guarded method to another bean, or have the bean injected into itself with @Lazy as an "
							+ "interface that has the method.");
		});
	}

	private static Optional<String> find(Class<?> type) {
		Set<String> guarded = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Object.class
					&& ApprovalAttributeSource.findOwnAnnotation(method, type) != null)
			.map((method) -> method.getName() + Type.getMethodDescriptor(method))
			.collect(Collectors.toSet());
		return guarded.isEmpty() ? Optional.empty() : follow(new SelfCallReader(type), guarded, type);
	}

	/**
	 * Follow the calls of the class on itself, from the methods on that others call.
	 */
	private static Optional<String> follow(SelfCallReader reader, Set<String> guarded, Class<?> type) {
		Set<Call> seen = new HashSet<>();
		Deque<Call> callers = new ArrayDeque<>();
		reader.entries().forEach((entry) -> callers.add(new Call(entry, null)));
		while (!callers.isEmpty()) {
			Call caller = callers.remove();
			if (guarded.contains(caller.method()) || !seen.add(caller)) {
				continue;
			}
			for (Call called : reader.callsIn(caller)) {
				if (guarded.contains(called.method())) {
					return Optional.of("%s.%s asks for approval, but %s of the same class calls it"
						.formatted(type.getName(), name(called), name(caller)));
				}
				callers.add(called);
			}
		}
		return Optional.empty();
	}

	private static String name(Call call) {
		return call.method().substring(0, call.method().indexOf('('));
	}

}
